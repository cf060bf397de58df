from walking.programme.red_flags import (
    CLINICAL_NAMES,
    PLAIN_NAMES,
    QUESTIONS,
    RED_FLAG_CODES,
    RedFlag,
    Urgency,
    most_urgent,
    signs_of,
)


def test_the_codes_are_those_of_the_specification_in_its_order() -> None:
    assert RED_FLAG_CODES == (
        "saddle_numbness",
        "bladder_bowel",
        "leg_weakness",
        "fever_unwell",
        "weight_loss",
        "trauma",
        "night_pain",
        "chest_pain",
        "breathless",
        "faint",
    )


def test_each_is_asked_in_plain_words_and_named_for_the_physiotherapist() -> None:
    assert set(QUESTIONS) == set(CLINICAL_NAMES) == set(RedFlag)
    for flag in RedFlag:
        assert flag.question.endswith("?")
        assert len(flag.question.split()) <= 20
        assert max(map(len, flag.question.split())) <= 10  # no long words
        assert 0 < len(flag.clinical_name) <= 40
    assert len(set(QUESTIONS.values())) == len(set(CLINICAL_NAMES.values())) == len(RedFlag)


def test_signs_are_listed_by_urgency_in_their_order() -> None:
    today = (RedFlag.FEVER_UNWELL, RedFlag.WEIGHT_LOSS, RedFlag.TRAUMA, RedFlag.NIGHT_PAIN)
    assert signs_of(Urgency.TODAY) == today
    assert signs_of(Urgency.NOW) == tuple(flag for flag in RedFlag if flag not in today)


def test_each_has_a_name_in_plain_words_of_its_own() -> None:
    names = {flag.plain_name for flag in RedFlag}
    assert names == set(PLAIN_NAMES.values())
    assert len(names) == len(RedFlag)


def test_the_most_urgent_sign_decides() -> None:
    assert most_urgent([]) is None
    assert most_urgent([RedFlag.TRAUMA]) is Urgency.TODAY
    assert most_urgent([RedFlag.TRAUMA, RedFlag.FAINT]) is Urgency.NOW
