"""Cases: opened, shown, worked on, escalated, answered; their limits; checklists and acts."""
