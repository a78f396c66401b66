"""The English texts about what becomes of places and of posts there."""

ENGLISH_PLACES = {
    "post.gone": "The post was deleted.",
    "outcome.aged": "Text and name deleted; nobody may keep them longer",
    "outcome.gone": "Deleted at the source",
    "source.off": "Switched off",
    "problem.credential": "Needs a credential first: earshot credential set {kind}",
    "problem.robots": "Does not want to be read by programs (robots.txt). We respect that.",
}
