{{ landed('gba_studio_alliance', 'activity') }}
