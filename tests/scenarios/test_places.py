"""What is listed of a place while copiers are at work in it."""

import os

from ContentionLibrary.scenario.place import Place


def test_a_file_that_vanishes_between_the_listing_and_the_look_is_no_error(tmp_path, monkeypatch):
    place = Place(tmp_path, tmp_path, ("destination/slide.bin",))
    (tmp_path / "part").write_bytes(b"some")
    (tmp_path / "whole").write_bytes(b"all of it")
    listing = os.scandir

    def list_and_remove(directory):
        found = list(listing(directory))
        (tmp_path / "part").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(os, "scandir", list_and_remove)
    assert {entry.path: entry.size for entry in place.entries()} == {"part": 0, "whole": 9}
