"""The files of the page that `serve` shows at `/`: plain HTML, style and script (ES2017), words in both languages."""
