"""Samples of sets."""

from pipeline.deduplicate.sketch import BITS, Sketch, overlap, sample, unpack

TOP = 1 << BITS


def test_a_sample_takes_the_lowest_level_that_is_small_enough() -> None:
    values = [1, TOP // 2, 5, TOP - 1, TOP // 4]
    assert sample(values, 5) == Sketch(0, tuple(values))
    assert sample(values, 3) == Sketch(1, (1, 5, TOP // 4))
    assert sample(values, 2) == Sketch(2, (1, 5))
    assert sample([], 2) == Sketch(0, ())


def test_a_sample_survives_packing() -> None:
    sketch = Sketch(3, (7, 0, 2_097_151))
    assert sketch.pack() == bytes([3, 0, 0, 7, 0, 0, 0, 31, 255, 255])
    assert unpack(sketch.pack()) == sketch
    assert unpack(Sketch(0, ()).pack()) == Sketch(0, ())


def test_samples_are_compared_at_the_higher_level() -> None:
    found = overlap(Sketch(1, (1, 2, TOP // 4)), Sketch(2, (2, 3)))
    assert (found.level, found.left, found.right) == (2, (1, 2), (2, 3))
    assert (found.shared, found.smaller, found.containment) == (1, 2, 0.5)
    assert overlap(Sketch(0, ()), Sketch(0, (1,))).containment == 0.0


def test_the_longest_stretch_of_one_s_own() -> None:
    left, right = Sketch(0, (1, 2, 3, 4, 5)), Sketch(0, (1, 9, 5, 8, 7))
    assert overlap(left, right).alone() == 2
    assert overlap(left, left).alone() == 0
