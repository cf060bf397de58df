"""A patient's record as HL7 FHIR R4, after the Physical Activity guide: docs/fhir.md describes the mapping.

``reading`` loads the data, ``bundle`` puts together the resources that the other modules make. They are pure: the same
record gives the same resources. Nothing is changed by reading.
"""
