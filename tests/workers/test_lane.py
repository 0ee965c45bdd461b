from service.workers.lane import LONGEST_REST_SECONDS, MAX_AT_ONCE, Lane


def test_the_first_site_gets_half_and_the_next_half_of_the_rest():
    assert Lane().allowance(8, 0) == 4
    assert Lane().allowance(4, 0) == 2
    assert Lane().allowance(1, 0) == 1
    assert Lane().allowance(0, 0) == 0


def test_a_busy_site_leaves_places_to_sites_that_have_none_under_way():
    lane = Lane(under_way=2)
    assert lane.allowance(6, 0) == 2
    assert lane.allowance(3, 0) == 1
    assert lane.allowance(2, 0) == 0
    assert Lane(under_way=MAX_AT_ONCE).allowance(8, 0) == 0


def test_a_receiver_in_trouble_rests_and_then_gets_one_probe():
    lane = Lane(under_way=1)
    lane.ended(True, None, now=100)
    assert lane.allowance(8, 100.9) == 0
    assert lane.allowance(8, 101.0) == 1
    lane.under_way = 1
    assert lane.allowance(8, 101.0) == 0


def test_the_rest_grows_with_every_failure_up_to_a_limit():
    lane = Lane()
    rests = []
    for _ in range(8):
        lane.ended(True, None, now=0)
        rests.append(lane.rests_until)
    assert rests[:4] == [1, 2, 4, 8]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_a_receiver_may_ask_for_a_longer_rest():
    lane = Lane()
    lane.ended(True, 600, now=0)
    assert lane.rests_until == 600


def test_one_success_ends_the_trouble():
    lane = Lane(under_way=2)
    lane.ended(True, None, now=0)
    lane.ended(False, None, now=0)
    assert lane.failures == 0
    assert lane.allowance(8, 1.0) == 4


def test_an_empty_outbox_is_looked_into_less_often_until_something_is_found():
    lane = Lane()
    looks = []
    for _ in range(4):
        lane.looked(0, now=0)
        looks.append(lane.rests_until)
    assert looks == [0.25, 0.5, 1.0, 1.0]
    lane.looked(1, now=0)
    lane.ended(False, None, now=0)
    lane.looked(0, now=0)
    assert lane.rests_until == 0.25
