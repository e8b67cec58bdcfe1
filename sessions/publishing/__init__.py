"""Services as files: versions, drafts, what a change means for callers, calendars, overrides, prompts."""
