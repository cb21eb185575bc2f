{{ landed('women_innovation_studios', 'result') }}
