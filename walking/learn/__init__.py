"""The lessons: their text and how it is read, shown safely, and put into an order. Knows no record and no clock."""
