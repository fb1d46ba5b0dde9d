"""The READMEs say what the environment really is."""

import pytest

from meiduo.env import Env
from meiduo.management.commands.env_reference import READMES, with_table


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_environment_table_is_what_the_settings_say(readme):
    text = readme.read_text()

    assert "| `DATABASE_URL` |" in text
    assert with_table(text) == text, "run: uv run manage.py env_reference"


def test_every_variable_says_what_it_means():
    assert [name for name, field in Env.model_fields.items() if not field.description] == []
