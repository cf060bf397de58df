"""A patient's record as HL7 FHIR R4, after the Physical Activity guide: docs/fhir.md says what becomes what.

``reading`` asks the database, ``bundle`` puts together what the modules of the resources make of it. They are pure: the
same record gives the same resources. Nothing is changed by any of it.
"""
