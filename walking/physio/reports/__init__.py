"""How a clinic does: its caseload, its weeks, recurrences, contacts and mail, as tables and pictures."""
