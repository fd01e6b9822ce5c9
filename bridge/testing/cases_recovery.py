"""Cases about lost answers: look first, bind what is there, never make a second one, never write while looking."""

import pytest

from bridge.connectors.base import Operation, Outcome, Verdict
from bridge.model import OpKind
from bridge.testing.bench import Bench
from bridge.testing.driver import bound, one, pass_time, send
from bridge.testing.samples import unique

ABSENT_ENOUGH = (Verdict.RETRY, Verdict.UNKNOWN)


class RecoveryCases:
    # look_up without trouble

    def test_create_that_was_never_sent_is_absent(self, bench: Bench) -> None:
        op = bench.new()
        outcome = _look(bench, op)
        assert outcome.verdict is Verdict.RETRY, f"never sent, but looked up as {outcome}"
        assert outcome.retry_after is not None, "an absence says after what time a second look is due (zero: at once)"

    def test_complete_create_is_looked_up_as_done_with_its_ids(self, bench: Bench) -> None:
        op = bench.new()
        listed = bench.finished(bench.settle(op))
        outcome = _look(bench, op)
        assert outcome.verdict is Verdict.DONE, f"complete, but looked up as {outcome}"
        assert outcome.remote_id == listed.remote_id

    def test_complete_create_with_variants_is_looked_up_with_every_id(self, bench: Bench) -> None:
        bench.needs_variants(3)
        op = bench.new(3)
        listed = bench.finished(bench.settle(op))
        found = bound(op, _look(bench, op))
        assert [w.remote_sku_id for w in found.skus] == [w.remote_sku_id for w in listed.skus]

    def test_create_of_another_product_is_not_taken_for_ours(self, bench: Bench) -> None:
        bench.listed()
        assert _look(bench, bench.new()).verdict in ABSENT_ENOUGH

    def test_look_up_answers_each_operation_once(self, bench: Bench) -> None:
        made, absent = bench.new(), bench.new()
        bench.finished(bench.settle(made))
        outcomes = {out.operation_id: out.verdict for out in bench.connector.look_up([absent, made])}
        assert set(outcomes) == {made.operation_id, absent.operation_id}
        assert outcomes[made.operation_id] is Verdict.DONE
        assert outcomes[absent.operation_id] is Verdict.RETRY

    def test_look_up_changes_nothing(self, bench: Bench) -> None:
        world, made, absent = bench.world, bench.new(), bench.new()
        bench.finished(bench.settle(made))
        before, writes = world.state(), world.lent.count.writes
        bench.connector.look_up([made, absent])
        assert world.state() == before
        assert world.lent.count.writes == writes, "look_up wrote"

    def test_look_up_of_a_half_made_create_changes_nothing(self, bench: Bench) -> None:
        world, (op, _first) = bench.world, _half(bench)
        before = world.state()
        _look(bench, op)
        assert world.state() == before

    def test_half_made_create_is_looked_up_as_next_and_resumed(self, bench: Bench) -> None:
        bench.world  # noqa: B018  skipped without one
        op, first = _half(bench)
        outcome = _look(bench, op)
        assert outcome.verdict is Verdict.NEXT, f"half made, but looked up as {outcome}"
        assert outcome.remote_id == first.remote_id
        listed = bench.finished(bench.settle(op, outcome))
        assert listed.remote_id == first.remote_id
        assert bench.copies(op) == 1

    def test_step_that_is_sent_twice_does_no_harm(self, bench: Bench) -> None:
        bench.world  # noqa: B018
        op, first = _half(bench)
        again = bound(op, first)
        pass_time(bench.outside, first.retry_after)
        send(bench.connector, again)
        listed = bench.finished(bench.settle(again))
        assert len(bench.read(listed.remote_id).skus) == len(op.skus)
        assert bench.copies(op) == 1

    # polling

    @pytest.mark.parametrize("kind", [OpKind.CREATE, OpKind.CONTENT, OpKind.PRICE, OpKind.STOCK])
    def test_accepted_operation_is_done_in_the_end(self, bench: Bench, kind: OpKind) -> None:
        op, accepted = _accepted(bench, kind)
        settled = bench.settle(op, accepted)
        assert settled.verdict is Verdict.DONE

    def test_poll_changes_nothing(self, bench: Bench) -> None:
        op, accepted = _accepted(bench, *bench.caps.late)
        op = bound(op, accepted)
        before, writes = bench.world.state(), bench.world.lent.count.writes
        one(bench.connector.poll([op]), op)
        assert bench.world.state() == before
        assert bench.world.lent.count.writes == writes, "poll wrote"

    def test_poll_of_what_is_done_says_done_again(self, bench: Bench) -> None:
        op, accepted = _accepted(bench, *bench.caps.late)
        settled = bench.settle(op, accepted)
        assert one(bench.connector.poll([settled.operation]), op).verdict is Verdict.DONE

    def test_poll_answers_each_operation_once(self, bench: Bench) -> None:
        first, first_out = _accepted(bench, *bench.caps.late)
        second, second_out = _accepted(bench, *bench.caps.late)
        ops = [bound(second, second_out), bound(first, first_out)]
        assert sorted(out.operation_id for out in bench.connector.poll(ops)) == sorted(op.operation_id for op in ops)

    # lost answers

    def test_lost_answer_of_a_create_is_unknown(self, bench: Bench) -> None:
        bench.needs_calls()
        op = bench.new()
        assert _lose(bench, op, arrived=True).verdict is Verdict.UNKNOWN

    def test_lost_answer_of_a_create_is_bound_by_looking(self, bench: Bench) -> None:
        op = bench.new()
        _lose(bench, op, arrived=True)
        outcome = _look(bench, op)
        assert outcome.verdict not in ABSENT_ENOUGH, f"it is there, but looked up as {outcome}"
        assert outcome.remote_id or (bench.caps.by_file and outcome.ticket), "what is found is bound at once"

    def test_lost_answer_of_a_create_makes_no_second_listing(self, bench: Bench) -> None:
        op = bench.new()
        outcome = _lose(bench, op, arrived=True)
        listed = bench.finished(bench.settle(op, outcome))
        assert bench.copies(op) == 1
        assert bench.shown_price(listed) == listed.skus[0].price_idr

    def test_lost_answer_of_a_create_with_variants_makes_no_second_listing(self, bench: Bench) -> None:
        bench.needs_variants(3)
        op = bench.new(3)
        listed = bench.finished(bench.settle(op, _lose(bench, op, arrived=True)))
        assert bench.copies(op) == 1
        assert len(bench.read(listed.remote_id).skus) == 3

    @pytest.mark.parametrize("arrived", [True, False])
    @pytest.mark.parametrize("step", [1, 2])
    def test_lost_answer_of_a_later_step_is_resumed(self, bench: Bench, step: int, arrived: bool) -> None:
        op, outcome = _half(bench)
        for _ in range(step - 1):
            op = bound(op, outcome)
            pass_time(bench.outside, outcome.retry_after)
            outcome = send(bench.connector, op)
            if outcome.verdict is not Verdict.NEXT:
                pytest.skip("behaviour: a create with variants takes fewer steps")
        op = bound(op, outcome)
        pass_time(bench.outside, outcome.retry_after)
        lost = _lose(bench, op, arrived=arrived, step=step)
        assert lost.verdict in (Verdict.UNKNOWN, Verdict.RETRY), (
            f"step {step} was lost (does the world know its path?), but {lost}"
        )
        listed = bench.finished(bench.settle(op, lost))
        assert bench.copies(op) == 1
        shown = bench.read(listed.remote_id)
        assert shown.visible is not False
        assert sorted(sku.price_idr or 0 for sku in shown.skus) == sorted(write.price_idr or 0 for write in op.skus)

    def test_create_that_never_arrived_is_made_once(self, bench: Bench) -> None:
        op = bench.new()
        outcome = _lose(bench, op, arrived=False)
        assert outcome.verdict in (Verdict.UNKNOWN, Verdict.RETRY), f"nothing arrived, but {outcome}"
        bench.finished(bench.settle(op, outcome))
        assert bench.copies(op) == 1

    def test_create_sent_twice_with_one_key_makes_one_listing(self, bench: Bench) -> None:
        if not bench.caps.create_keyed:
            pytest.skip("capabilities: create_keyed is off")
        op = bench.new()
        _lose(bench, op, arrived=True)
        bench.finished(bench.settle(op))
        assert bench.copies(op) == 1

    @pytest.mark.parametrize("kind", [OpKind.PRICE, OpKind.STOCK])
    @pytest.mark.parametrize("arrived", [True, False])
    def test_lost_answer_of_an_absolute_write_is_sent_again_harmlessly(
        self, bench: Bench, kind: OpKind, arrived: bool
    ) -> None:
        bench.needs(kind)
        listed = bench.listed()
        write = (
            bench.price(listed.skus[0], bench.sampler.price(8))
            if kind is OpKind.PRICE
            else bench.stock(listed.skus[0], 8)
        )
        op = bench.operation(kind, listed.remote_id, [write])
        outcome = _lose(bench, op, arrived=arrived)
        assert outcome.verdict in (Verdict.UNKNOWN, Verdict.RETRY)
        assert bench.settle(op).verdict is Verdict.DONE
        assert (bench.shown_price(listed) if kind is OpKind.PRICE else bench.shown_stock(listed)) == (
            bench.sampler.price(8) if kind is OpKind.PRICE else 8
        )

    @pytest.mark.parametrize("kind", [OpKind.SHIP, OpKind.CANCEL])
    def test_order_write_that_was_never_sent_is_absent(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        order_id, _listed = bench.bought()
        assert _look(bench, bench.order_write(kind, order_id)).verdict is Verdict.RETRY

    @pytest.mark.parametrize("kind", [OpKind.SHIP, OpKind.CANCEL])
    def test_lost_answer_of_an_order_write_is_found_by_looking(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        order_id, _listed = bench.bought()
        op = bench.order_write(kind, order_id)
        assert _lose(bench, op, arrived=True).verdict is Verdict.UNKNOWN
        assert _look(bench, op).verdict in (Verdict.DONE, Verdict.ACCEPTED)

    def test_content_that_was_never_sent_is_absent(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        listed = bench.listed()
        content = {**listed.content, "title": bench.sampler.title(unique())}
        outcome = _look(bench, bench.operation(OpKind.CONTENT, listed.remote_id, listed.skus, content))
        assert outcome.verdict in ABSENT_ENOUGH

    def test_lost_answer_of_content_ends_with_the_new_content(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        listed = bench.listed()
        title = bench.sampler.title(unique())
        op = bench.operation(OpKind.CONTENT, listed.remote_id, listed.skus, {**listed.content, "title": title})
        outcome = _lose(bench, op, arrived=True)
        assert outcome.verdict is Verdict.UNKNOWN
        assert bench.settle(op, outcome).verdict is Verdict.DONE
        assert bench.read(listed.remote_id).title == title


def _look(bench: Bench, op: Operation) -> Outcome:
    return one(bench.connector.look_up([op]), op)


def _lose(bench: Bench, op: Operation, *, arrived: bool, step: int = 0) -> Outcome:
    """Sends, and the answer is lost on its way. A file has no answer: there the process ends before it can say what it did."""
    if bench.caps.by_file:
        if arrived:
            send(bench.connector, op)
        return Outcome(op.operation_id, Verdict.UNKNOWN)
    bench.world.lose(op.kind, arrived=arrived, step=step)
    try:
        return send(bench.connector, op)
    finally:
        bench.world.calm()


def _half(bench: Bench) -> tuple[Operation, Outcome]:
    """A create that stands after its first step; skipped where one step makes all."""
    bench.needs_variants(3)
    op = bench.new(3)
    outcome = send(bench.connector, op)
    if outcome.verdict is not Verdict.NEXT:
        pytest.skip("behaviour: a create with variants takes one step")
    return op, outcome


def _accepted(bench: Bench, *kinds: OpKind) -> tuple[Operation, Outcome]:
    """An operation of a late kind that was accepted; skipped where all is visible at once."""
    late = sorted({kind for kind in kinds if kind in bench.caps.late and kind in _ACCEPTABLE})
    if not late:
        pytest.skip("capabilities: none of these kinds is late")
    op = _acceptable(bench, late[0])
    outcome = send(bench.connector, op)
    if outcome.verdict is not Verdict.ACCEPTED:
        pytest.skip(f"behaviour: {late[0].value} ended as {outcome.verdict.value} at once")
    return op, outcome


_ACCEPTABLE = (OpKind.CREATE, OpKind.CONTENT, OpKind.PRICE, OpKind.STOCK)


def _acceptable(bench: Bench, kind: OpKind) -> Operation:
    if kind is OpKind.CREATE:
        return bench.new()
    listed = bench.listed()
    if kind is OpKind.CONTENT:
        content = {**listed.content, "title": bench.sampler.title(unique())}
        return bench.operation(kind, listed.remote_id, listed.skus, content)
    write = (
        bench.price(listed.skus[0], bench.sampler.price(1)) if kind is OpKind.PRICE else bench.stock(listed.skus[0], 6)
    )
    return bench.operation(kind, listed.remote_id, [write])
