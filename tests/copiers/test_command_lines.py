"""What is run for a profile, and whether it can be run."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import ContentionLibrary
from ContentionLibrary import locations
from ContentionLibrary.copiers import (
    Profile,
    Requirement,
    ShareAddress,
    SshAddress,
    available,
    command_line,
    environment,
    folder_line,
    from_command,
    load,
    ready,
    recover_line,
    version,
)
from ContentionLibrary.errors import NotPossibleHere, UsageError

SHARE = ShareAddress(r"\\127.0.0.1\share\run-1\d", 44450, "me", "secret")
USER, KNOWN, CONFIG = Path("/k/user"), Path("/k/known"), Path("/k/config")
SSH = SshAddress("/served/run 1/d", 44451, "me", USER, KNOWN, CONFIG)


def test_placeholders_are_filled_also_inside_arguments():
    profile = Profile("x", ("{python}", "if={source}", "of={destination}", "{workspace}/log", "{{plain}}"))
    assert command_line(profile, "/s p", ["/d"], "/w") == [sys.executable, "if=/s p", "of=/d", "/w/log", "{plain}"]


def test_folders_are_those_of_source_and_destination():
    profile = from_command("watch {source} {destination} -- service {source_folder} --to={destination_folder}")
    words = command_line(profile, "/in/s", ["/out/d"], "/w")
    assert words == ["watch", "/in/s", "/out/d", "--", "service", str(Path("/in")), f"--to={Path('/out')}"]


def test_what_lies_beside_a_profile_is_found(tmp_path):
    profile = Profile("x", ("x", "{profile_folder}/x.conf", "{source}", "{destination}"), path=tmp_path / "x.yaml")
    assert Path(command_line(profile, "/s", ["/d"], "/w")[1]) == tmp_path / "x.conf"


def test_several_destinations_become_several_arguments():
    profile = from_command("mycopy {source} {destinations} --end")
    assert profile.several_destinations
    assert command_line(profile, "/s", ["/a", "/b c"], "/w") == ["mycopy", "/s", "/a", "/b c", "--end"]


def test_a_braced_file_name_is_not_filled_again():
    assert command_line(from_command("mycopy {source} {destination}"), "/{python}", ["/{x"], "/w") == [
        "mycopy",
        "/{python}",
        "/{x",
    ]


@pytest.mark.parametrize("destinations", [[], ["/a", "/b"]])
def test_a_copier_of_one_destination_gets_one(destinations):
    with pytest.raises(UsageError, match=f"takes one destination, not {len(destinations)}"):
        command_line(from_command("mycopy {source} {destination}"), "/s", destinations, "/w")


def test_a_command_is_split_like_a_shell_would_but_run_by_none():
    profile = from_command("'/opt/my copy' --flag \"a b\" {source} {destination} '$HOME'")
    assert profile.name == "my copy"
    assert profile.command == ("/opt/my copy", "--flag", "a b", "{source}", "{destination}", "$HOME")
    assert profile.claims == ()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("mycopy {source}", "the command has no destination: write {destination}"),
        ("mycopy", "does not say where the source goes: write {source}"),
        ("", "the command is empty"),
        ("mycopy 'a {source} {destination}", "No closing quotation"),
        ("mycopy {src} {destination}", "'{src}' is no placeholder here"),
        (
            "mycopy {source} {destination_url} {destination_path}",
            "the command has both {destination_url} and {destination_path}",
        ),
        (
            "x {source} {destinations} {destination_folder}",
            "{destination_folder} means nothing beside {destinations}: it belongs to {destination}",
        ),
        (
            "scp -F {ssh_config} {source} {destination}",
            "{ssh_config} means nothing beside {destination}: it belongs to {destination_url} or {destination_path}",
        ),
        (
            "put {source} {destination_url} {share_port}",
            "{share_port} means nothing beside {destination_url}: it belongs to {destination_unc}",
        ),
    ],
)
def test_a_command_that_cannot_be_used_is_refused(command, message):
    with pytest.raises(UsageError) as caught:
        from_command(command)
    assert message in str(caught.value)


def test_the_recovery_is_its_command_or_the_copy_again():
    profile = from_command("mycopy {source} {destination}")
    assert recover_line(profile, "/s", ["/d"], "/w") == ["mycopy", "/s", "/d"]
    repairing = replace(profile, recover=("mycopy", "--repair", "{destination}"))
    assert recover_line(repairing, "/s", ["/d"], "/w") == ["mycopy", "--repair", "/d"]


def test_a_folder_is_copied_by_a_command_of_its_own_if_there_is_one():
    profile = Profile("x", ("mycopy", "{source}", "{destination}"))
    with pytest.raises(NotPossibleHere, match=r"copier x copies one file in each process, .* no folder_command"):
        folder_line(profile, "/s", "/d", "/w")
    able = replace(
        profile, folder_command=("mycopy", "--log={workspace}/log", "{source_folder}/.", "{destination_folder}")
    )
    assert folder_line(able, "/s", "/d", "/w") == ["mycopy", "--log=/w/log", "/s/.", "/d"]


def test_the_environment_is_the_inherited_one_and_the_profiles():
    profile = Profile("x", ("x",), environment=(("HOME", "{workspace}/home"), ("A", "1")))
    assert environment(profile, "/w", {"HOME": "/root", "B": "2"}) == {"HOME": "/w/home", "A": "1", "B": "2"}


def test_a_missing_program_is_a_reason_with_a_remedy():
    profile = Profile("x", ("sh", "{source}"), requires=Requirement("no-such-program", "some-package"))
    assert ready(profile) == "The copier x needs the program no-such-program: apt install some-package"
    brought = replace(profile, requires=Requirement("no-such-program", install="pipx install it"))
    assert ready(brought) == "The copier x needs the program no-such-program: pipx install it"
    assert Requirement("mycopy").remedy == "apt install mycopy"
    assert "'no-such-copier' is not found" in ready(from_command("no-such-copier {source} {destination}"))
    assert ready(from_command("{python} {source} {destination}")) is None


def test_a_version_is_the_first_line_that_the_copier_prints():
    ask = ("{python}", "-c", "print('one'); print('two')")
    assert version(Profile("x", ("x",), version_command=ask)) == "one"
    assert version(Profile("x", ("x",), version_command=("no-such-program",))) == ""
    assert version(Profile("x", ("x",), version_command=("{python}", "-c", "print(1); exit(3)"))) == ""
    assert version(Profile("x", ("x",))) == ""


@pytest.mark.parametrize("name", available())
def test_every_shipped_profile_can_be_read_and_tells_of_itself(name):
    profile = load(name)
    assert profile.name == name
    assert profile.description
    assert profile.notes
    assert command_line(profile, "/s", ["/d"], "/w", SSH if profile.connects else SHARE)


def test_the_shelf_has_the_ready_profiles():
    rsyncs = {"rsync", "rsync-inplace", "rsync-partial", "rsync-delay-updates"}
    assert {"cp", "install", "dd", *rsyncs, "shutil", "rclone", "rclone-newest", "mv", "lsyncd", "reference"} <= set(
        available()
    )


def test_an_installed_package_uses_what_is_shipped_inside_it(monkeypatch, tmp_path):
    (tmp_path / "variables").mkdir()
    monkeypatch.setattr(locations, "_CHECKOUT", tmp_path)
    package = locations.PACKAGE
    assert package.name == ContentionLibrary.__name__
    assert locations.folder("variables") == package / "shipped" / "variables"
    (tmp_path / "pyproject.toml").touch()
    assert locations.folder("variables") == tmp_path / "variables"


def test_a_client_of_file_servers_gets_the_path_of_the_share_and_what_it_needs_besides():
    client = Profile("x", ("x", "{source}", "{destination_unc}"), environment=(("PORT", "{share_port}"),))
    assert client.by_unc
    assert command_line(client, "/s", ["/d"], "/w", SHARE) == ["x", "/s", r"\\127.0.0.1\share\run-1\d"]
    assert environment(client, "/w", {}, SHARE) == {"PORT": "44450"}


def test_a_client_of_file_servers_has_nothing_to_do_where_there_is_none():
    with pytest.raises(NotPossibleHere, match="x is a client of file servers, and this has no server"):
        command_line(Profile("x", ("x", "{source}", "{destination_unc}")), "/s", ["/d"], "/w")


def test_a_copier_that_connects_gets_the_destination_as_a_path_or_as_a_url():
    by_path = from_command("scp -F {ssh_config} {source} server:{destination_path}")
    assert by_path.connects
    assert command_line(by_path, "/s", ["/d"], "/w", SSH)[1:] == ["-F", str(CONFIG), "/s", "server:/served/run 1/d"]
    by_url = Profile("x", ("x", "{source}", "{destination_url}"), environment=(("KEY", "{ssh_key}"),))
    assert by_url.connects
    assert command_line(by_url, "/s", ["/d"], "/w", SSH)[2] == "sftp://me@127.0.0.1:44451/served/run%201/d"
    assert environment(by_url, "/w", {}, SSH) == {"KEY": str(USER)}
    parts = from_command("x {source} {ssh_user} {ssh_port} {ssh_known_hosts} {destination_path}")
    assert command_line(parts, "/s", ["/d"], "/w", SSH)[2:5] == ["me", "44451", str(KNOWN)]


@pytest.mark.parametrize("address", [None, SHARE], ids=["no server", "a file server"])
def test_a_copier_that_connects_has_nothing_to_do_without_an_ssh_server(address):
    profile = from_command("scp {source} server:{destination_path}")
    with pytest.raises(
        NotPossibleHere, match=r"scp connects to an SSH server by itself, and this has none: play .*NIS-001"
    ):
        command_line(profile, "/s", ["/d"], "/w", address)


def test_a_copier_that_takes_paths_is_the_same_beside_any_server():
    for address in (None, SHARE, SSH):
        assert command_line(from_command("cp {source} {destination}"), "/s", ["/d"], "/w", address) == [
            "cp",
            "/s",
            "/d",
        ]
