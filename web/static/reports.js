// The monthly page is made for paper; without scripts the browser's own menu prints it.
document.getElementById("print").addEventListener("click", () => window.print());
