"""The command line in this process, as the tests of the service have it, for the commands that the pages show."""

from tests.service.conftest import clean_environment, samples, sitasi

__all__ = ["clean_environment", "samples", "sitasi"]
