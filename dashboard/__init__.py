"""The Streamlit dashboard over the current release."""
