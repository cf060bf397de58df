/* Gives the running processes of a test a small disk: preloaded, it lets them write so many more bytes to the files of one
 * folder as stand in a small shared file, then less than they asked for, as a disk does that is nearly full, and then fails
 * with ENOSPC. A negative number is a disk with room. No mount is needed, so it works for anybody and in any container, and
 * the disk is full, and has room again, from one system call to the next.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t *room;
static const char *folder;

__attribute__((constructor)) static void map_room(void) {
    const char *path = getenv("WAYMARK_TEST_DISK");
    folder = getenv("WAYMARK_TEST_DISK_FOLDER");
    int file = path && folder ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof *room, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED)
        room = page;
}

static int is_on_it(int file) {
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    return length > 0 && (size_t)length > strlen(folder) && !strncmp(name, folder, strlen(folder));
}

/* How many of so many bytes may be written; -1 if none. */
static ssize_t allowed(int file, size_t wanted) {
    int64_t left = room ? __atomic_load_n(room, __ATOMIC_SEQ_CST) : -1;
    if (left < 0 || wanted == 0 || !is_on_it(file))
        return (ssize_t)wanted;
    if (left == 0) {
        errno = ENOSPC;
        return -1;
    }
    int64_t granted = left < (int64_t)wanted ? left : (int64_t)wanted;
    /* If the test has just made room, that stands. */
    __atomic_compare_exchange_n(room, &left, left - granted, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return (ssize_t)granted;
}

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t granted = allowed(file, count);
    return granted < 0 ? -1 : syscall(SYS_write, file, bytes, (size_t)granted);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    ssize_t granted = allowed(file, count);
    return granted < 0 ? -1 : syscall(SYS_pwrite64, file, bytes, (size_t)granted, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    return pwrite64(file, bytes, count, place);
}
