"""Makes a failing kernel smaller: deletes statements, then simplifies expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.fuzz.source import Body, Kernel, Statement, all_bodies

Test = Callable[[Kernel], bool]


class Reducer:
    """Changes `kernel` in place as long as `fails` holds, within a number of attempts.

    A change that does not compile counts as not failing, so declarations stay while they are used.
    """

    def __init__(self, kernel: Kernel, fails: Test, attempts: int) -> None:
        self.kernel = kernel
        self.fails = fails
        self.left = attempts

    def run(self) -> None:
        while self.left > 0 and self._delete_statements():
            pass
        self._simplify_expressions()

    def _still_fails(self) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self.fails(self.kernel)

    def _delete_statements(self) -> bool:
        changed = False
        for top in (self.kernel.body, self.kernel.globals):
            # Deleted statements take their bodies with them: those are empty when their turn comes.
            for body in list(all_bodies(top)):
                changed |= self._thin(body)
        return changed

    def _thin(self, body: Body) -> bool:
        removed = False
        size = max(len(body) // 2, 1)
        while size >= 1:
            start = len(body)
            while start > 0 and self.left > 0:
                start = max(start - size, 0)
                saved = list(body)
                chosen = [s for s in body[start : start + size] if self._may_go(s)]
                if not chosen:
                    continue
                body[:] = [s for s in body if not any(s is c for c in chosen)]
                if self._still_fails():
                    removed = True
                    for statement in chosen:
                        statement.parts = []
                else:
                    body[:] = saved
            size = 0 if size == 1 else size // 2
        return removed

    def _may_go(self, statement: Statement) -> bool:
        # Definitions are not deletable in themselves, but unused ones go.
        return statement.deletable or any(statement is top for top in self.kernel.globals)

    def _simplify_expressions(self) -> None:
        """Puts 1 for parenthesised operands, the longest first."""
        for top in (self.kernel.body, self.kernel.globals):
            for body in list(all_bodies(top)):
                for statement in body:
                    for i, part in enumerate(statement.parts):
                        if isinstance(part, str) and not _delicate(part):
                            self._simplify_part(statement, i)

    def _simplify_part(self, statement: Statement, index: int) -> None:
        tried: set[str] = set()
        progress = True
        while progress and self.left > 0:
            progress = False
            text = statement.parts[index]
            assert isinstance(text, str)
            for start, end in sorted(_operands(text), key=lambda s: s[0] - s[1]):
                candidate = text[:start] + "1" + text[end:]
                if candidate in tried or text[start:end] == "1":
                    continue
                tried.add(candidate)
                statement.parts[index] = candidate
                if self._still_fails():
                    progress = True
                    break
                statement.parts[index] = text


def reduce_kernel(kernel: Kernel, fails: Test, attempts: int = 200) -> Kernel:
    Reducer(kernel, fails, attempts).run()
    return kernel


def _delicate(text: str) -> bool:
    """Text whose operands keep a kernel free of races, or are not expressions at all."""
    words = ("shared_", "atomic", "const int", "bins", "MEM", "struct ")
    return any(word in text for word in words)


def _operands(text: str) -> Iterator[tuple[int, int]]:
    """Spans of what stands in parentheses that are not a call's, a cast's or a statement's."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")" and opened:
            start = opened.pop()
            before = text[:start].rstrip()[-1:]
            inside = text[start + 1 : at]
            named = before.isalnum() or before in ("_", ">")
            if not named and len(inside) > 3 and " " in inside:
                yield start + 1, at
