"""Briefings on paper: what a page says of a region or a programme in a period, as PDF, DOCX, PPTX and XLSX."""
