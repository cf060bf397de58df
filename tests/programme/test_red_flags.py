from walking.programme.red_flags import CLINICAL_NAMES, QUESTIONS, RED_FLAG_CODES, RedFlag


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
