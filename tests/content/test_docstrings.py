import doctest
import pkgutil
from importlib import import_module

import pytest

from kb_service import content

MODULES = [module.name for module in pkgutil.walk_packages(content.__path__, "kb_service.content.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(import_module(name)).failed == 0
