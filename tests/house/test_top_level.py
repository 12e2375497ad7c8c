"""The front door stays tidy: a new top-level name is a decision, not an accident."""

from tests.house.tree import kept_files

ROOMS = {"bot", "flows", "adapters", "store", "manifest", "tests"}
PAPERS = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "docs"}
TOOLS = {"pyproject.toml", "Makefile", "requirements", ".ci", ".gitignore", ".pre-commit-config.yaml"}


def test_only_known_names_stand_at_the_top() -> None:
    assert {path.parts[0] for path in kept_files()} <= ROOMS | PAPERS | TOOLS
