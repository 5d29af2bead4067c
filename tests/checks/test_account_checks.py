"""Two accounts and one destination: whose the file is, and whether what is left keeps the other account from copying."""

import pytest
from tale import RENAME, SIZE, Tale, cut, says, whole

from ContentionLibrary.checks.accounts import B_AGAIN, REMOVE_LEFTOVER, in_the_way, others_files
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B, one_winner
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending, StartedAs
from ContentionLibrary.history.looks import OwnerSeen

STEP = "write the last bytes of the destination"
SERVICE, DESKTOP = "the service", "the interactive process"


class Accounts(Tale):
    """A tale of two accounts: what each leaves alone, then copier A of one and copier B of the other."""

    def __init__(self, **more):
        super().__init__(interferes=False, **more)
        for who, party, user, terminal in ((COPIER_A, SERVICE, 8, False), (COPIER_B, DESKTOP, 9, True)):
            self._note(StartedAs, who=who, party=party, user=user, umask="0077", terminal=terminal)
        self.owner("alone", 8, "0600", SERVICE).owner("alone", 9, "0660", DESKTOP)

    def owner(self, moment, user, mode, party=""):
        return self._note(OwnerSeen, moment=moment, party=party, user=user, mode=mode)

    def removed(self, path, answer=Answer.DONE, error=""):
        facts = {"who": "somebody", "operation": REMOVE_LEFTOVER, "target": path, "step": STEP}
        return self._note(Acted, **facts, began=0.0, ended=0.1, answer=answer, error=error)


def after_kill(ending=Ending.SUCCESS):
    """Copier A was killed, and copier B comes next."""
    tale = Accounts().began(COPIER_A).killed(STEP, who=COPIER_A).began(COPIER_B)
    return tale.ended(ending, who=COPIER_B)


def held(first, second, content):
    tale = Accounts().began(COPIER_A).held(STEP, COPIER_A).began(COPIER_B)
    tale.ended(second, who=COPIER_B).let_go(STEP, COPIER_A).ended(first, who=COPIER_A)
    return tale.looked("after", content)


def test_a_file_that_its_winner_leaves_as_it_does_alone_is_fine():
    tale = held(Ending.SUCCESS, Ending.BUSY, whole(SOURCE)).owner("after", 8, "0600")
    assert others_files(tale.history) == []


@pytest.mark.parametrize(("user", "mode"), [(9, "0600"), (8, "0660"), (9, "0660")])
def test_the_content_of_one_account_in_a_file_of_another_is_found(user, mode):
    tale = held(Ending.SUCCESS, Ending.BUSY, whole(SOURCE)).owner("after", user, mode)
    (finding,) = others_files(tale.history)
    assert finding.step == STEP
    assert finding.level is None
    said = (f"the service was held before its step '{STEP}'"[1:], f"belongs to user {user} with permissions {mode}")
    assert says(finding, *said, "nobody disturbs its copy, to user 8 with permissions 0600")
    assert DESKTOP in finding.meaning


def test_the_second_one_is_measured_by_what_it_leaves_alone():
    tale = held(Ending.BUSY, Ending.SUCCESS, whole(RIVAL_SOURCE))
    assert others_files(tale.owner("after", 9, "0660").history) == []
    (finding,) = others_files(held(Ending.BUSY, Ending.SUCCESS, whole(RIVAL_SOURCE)).owner("after", 8, "0660").history)
    assert says(finding, "holds the file of the interactive process", "belongs to user 8")


def test_whose_a_mixture_is_or_a_file_of_nobody_who_has_won_is_no_question():
    mixture = held(Ending.SUCCESS, Ending.BUSY, cut(SOURCE, SIZE // 2))
    assert others_files(mixture.owner("after", 9, "0666").history) == []
    assert others_files(held(Ending.ERROR, Ending.BUSY, whole(SOURCE)).owner("after", 9, "0666").history) == []
    assert others_files(held(Ending.SUCCESS, Ending.BUSY, None).history) == []


def test_after_a_kill_the_other_one_that_copies_at_once_is_fine():
    tale = after_kill().looked("after", whole(RIVAL_SOURCE))
    assert in_the_way(tale.removed("destination/.part").history) == []
    assert one_winner(tale.history) == []


def test_the_other_one_may_have_to_remove_what_was_left():
    tale = after_kill(Ending.ERROR).looked("after", None)
    tale.removed("destination/.part").began(B_AGAIN).ended(who=B_AGAIN).looked("recovered", whole(RIVAL_SOURCE))
    assert in_the_way(tale.history) == []
    assert one_winner(tale.history) == []


def test_what_the_other_one_cannot_remove_is_found():
    tale = after_kill().looked("after", whole(RIVAL_SOURCE))
    (finding,) = in_the_way(tale.removed("destination/.room", Answer.REFUSED, "Permission denied").history)
    assert finding.step == STEP
    assert says(
        finding, "was killed before", "cannot be removed by the interactive process", ".room (Permission denied)"
    )


def test_another_one_that_cannot_copy_even_then_is_found():
    tale = after_kill(Ending.ERROR).looked("after", None)
    tale.began(B_AGAIN).ended(Ending.ERROR, who=B_AGAIN, message="it is locked").looked("recovered", None)
    (finding,) = in_the_way(tale.history)
    assert says(finding, "could not copy, nor when it had removed what was left", "no file", "it is locked")


def test_where_nobody_was_killed_nobody_is_in_the_way():
    tale = held(Ending.SUCCESS, Ending.BUSY, whole(SOURCE)).removed("x", Answer.REFUSED, "why")
    assert in_the_way(tale.history) == []


def test_the_part_that_a_killed_copy_has_left_under_the_final_name_is_told_as_that():
    tale = after_kill(Ending.ERROR).looked("after", cut(SOURCE, SIZE // 2))
    (finding,) = one_winner(tale.history)
    assert says(finding, f"Copier A was killed before '{STEP}', then copier B ran")
    assert str(finding.level) == "K0"
    assert RENAME not in finding.seen
