"""Reports: a clinic's caseload, weeks, recurrences, contacts and email, as tables and charts."""
