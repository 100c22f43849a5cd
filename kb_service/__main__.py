"""`python -m kb_service` is `kb`."""

from kb_service.commands import main

if __name__ == "__main__":
    main()
