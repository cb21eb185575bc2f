{{ landed('$programme', '$table') }}
