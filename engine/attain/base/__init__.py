"""What every room uses: source spans, problems, the catalogue of codes, the one did-you-mean."""
