"""The practice company: feeds in which an invented café is praised, criticised and asked, served without a network."""
