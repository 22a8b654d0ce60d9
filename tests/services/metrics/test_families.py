from services.metrics.families import FAMILIES, Kind


def test_names_follow_the_conventions_of_prometheus() -> None:
    assert len(FAMILIES) > 30
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    for family in FAMILIES:
        assert family.name.startswith("newsloom_")
        assert (family.kind is Kind.COUNTER) == family.name.endswith("_total")
        assert family.help.endswith(".")
