{{ landed('innovation_expo', 'achievement') }}
