{{ landed('women_innovation_studios', 'studio') }}
