"""What goes into a folder of evidence as it stands here: the script that checks it, and what a stranger reads first."""
