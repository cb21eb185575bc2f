{{ landed('gba_studio_alliance', 'membership') }}
