"""What templates may use: `{% load suixin %}`."""
