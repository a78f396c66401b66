"""The English texts about threads: what a mention answers, and what answers it."""

ENGLISH_THREADS = {
    "thread": "The thread",
    "thread.not.read": "Not read yet.",
    "thread.looking": "Being read now. The page loads itself again in a moment.",
    "thread.read": "Read {ago}.",
    "thread.above": "Before it",
    "thread.here": "here stands the mention",
    "thread.below": "Replies",
    "thread.no.replies": "No replies so far.",
    "thread.ours": "Of our own people there answered already: {names}.",
    "thread.ours.none": "None of our own people has answered there yet.",
    "thread.is.ours": "ours",
    "thread.cut": "Cut: there is more than was read.",
    "thread.left.out.one": "One more reply is not shown here.",
    "thread.left.out.other": "{n} more replies are not shown here.",
    "thread.problem": "The last time it did not work: {problem}",
    "thread.busy": "Much is being read already. Please try again in a moment.",
    "thread.ask": "Read the thread",
    "thread.ask.again": "Read it again",
    "outcome.reply": "Open again, because somebody replied",
}
