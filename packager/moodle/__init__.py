"""What the question bank and the course backup for Moodle share: questions in Moodle's terms, texts, files."""
