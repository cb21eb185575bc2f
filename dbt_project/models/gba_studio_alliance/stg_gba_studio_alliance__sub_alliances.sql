{{ landed('gba_studio_alliance', 'sub_alliance') }}
