"""What Seedbed knows of text in any language: words, sentences, scripts, likeness, replies."""
