"""What the project is called on the web."""

PROJECT_URL = "https://github.com/earshot-project/earshot"
