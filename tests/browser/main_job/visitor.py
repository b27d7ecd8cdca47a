"""Somebody at a browser, who looks at every page they come to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.browser.main_job import looking


@dataclass
class Visitor:
    """One person's page. `faults` collects what is wrong with any page of the walk; `known` are names that are no words."""

    page: Any
    language: str
    faults: list[str]
    known: set[str]
    picture: Callable[[Any, str], None]
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        looking.listen(self.page, self.faults)

    def open(self, path: str) -> "Visitor":
        """The page at that path."""
        self.page.goto(path, wait_until="domcontentloaded")
        return self.look()

    def look(self) -> "Visitor":
        """The page as it stands, examined once per address."""
        path = self.page.url.partition("?")[0]
        if path in self.seen:
            return self
        self.seen.add(path)
        if wide := looking.overflow_on_a_phone(self.page):
            self.faults.append(f"{path} is {wide} px wider than a phone")
        words = looking.foreign_words(looking.texts_of(self.page), self.language, self.known)
        if words:
            self.faults.append(f"{path} says {sorted(set(words))}")
        return self

    def fill(self, **values: str) -> "Visitor":
        """Fields by name."""
        for name, value in values.items():
            box = self.page.locator(f'main [name="{name}"], .yz [name="{name}"]').first
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        return self

    def press(self, selector: str) -> "Visitor":
        """A link or a button that leads to another page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.locator(selector).locator("visible=true").first.click()
        return self.look()

    def send(self, selector: str = "main form[method=post] .btn-primary, .yz form .btn-primary") -> "Visitor":
        """The form is sent and taken; what it complains of ends the walk."""
        self.press(selector)
        problems = self.page.locator(".problems, .problem, .flash.bad")
        assert problems.count() == 0, f"{self.page.url}: {problems.all_inner_texts()}"
        return self

    def next(self) -> "Visitor":
        """The one thing to do next, as the record's banner offers it."""
        return self.press(".next a.btn-primary")

    def shot(self, name: str) -> "Visitor":
        """A picture for the README."""
        self.picture(self.page, f"{self.language}/{name}")
        return self

    def answer_to(self, path: str) -> Any:
        """What this person gets at that path, without opening it as a page."""
        return self.page.request.get(path, max_redirects=0)
