"""Names that Windows takes for something else than the file that they name."""

import pytest

from ContentionLibrary.reference_copier.windows_names import trouble_with


@pytest.mark.parametrize(
    "path",
    [
        *(
            r"C:\folder\file.bin",
            r"\\server\share\file.bin",
            "file",
            ".hidden",
            "..",
            r"..\up",
            "console.txt",
            "nullify",
        ),
        *("com0", "com10", "aux-one", r"C:file", r"C:\aux\file", r"\\?\C:\folder\aux.", "a b", "", "C:\\"),
    ],
)
def test_a_plain_name_is_no_trouble(path):
    assert trouble_with(path) == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *(
            (path, "names a device")
            for path in ("CON", r"C:\x\nul.txt", "aux .bin", "Lpt1", "com\u00b9", r"\\.\pipe\x")
        ),
        *((path, "names a stream") for path in (r"C:\file:stream", "file:s", r"\\server\share\f:s", "file::$DATA")),
        *((path, "ends with a dot or a blank") for path in ("file.", r"C:\x\file ", "...x..")),
        ("what?", "holds '?'"),
        ('"a|b"', """holds '"' '|'"""),
        ("line\nend", r"holds '\n'"),
    ],
)
def test_any_other_is_told(path, words):
    assert trouble_with(path).startswith(words)
