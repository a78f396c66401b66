"""The doors for people and programs: the JSON API, the pages, and the mails, which share their cards."""
