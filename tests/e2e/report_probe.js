// Driven by report.bats in a copy of a page: the title of the document becomes what a reader would find wrong, as JSON.
const problems = [];

// "rgb(1, 2, 3)" or "rgba(1, 2, 3, 0.5)" as numbers.
function color(text) {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { red, green, blue, alpha };
}

// Relative luminance and contrast as WCAG 2.2 defines them.
function luminance(c) {
    const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(c.red) + 0.7152 * part(c.green) + 0.0722 * part(c.blue);
}
function contrast(a, b) {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
}

// What is painted behind an element: its own background and those of its ancestors; for text of a drawing the last shape before it that
// has its middle inside.
function behind(element) {
    const drawing = element.closest('svg');
    if (drawing && element !== drawing) {
        const box = element.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
        const shapes = [...drawing.querySelectorAll('rect')].filter(shape => {
            const place = shape.getBoundingClientRect();
            return (shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) && getComputedStyle(shape).fill !== 'none' &&
                place.left <= x && x <= place.right && place.top <= y && y <= place.bottom;
        });
        return shapes.length ? color(getComputedStyle(shapes.pop()).fill) : behind(drawing);
    }
    for (let at = element; at; at = at.parentElement) {
        const found = color(getComputedStyle(at).backgroundColor);
        if (found.alpha === 1) return found;
        if (found.alpha > 0) problems.push(`${at.tagName} has a background that is half transparent`);
    }
    return color('rgb(255, 255, 255)');
}

// 4.5 for text, 3 for large text; each pair of colors once.
function checkText() {
    const pairs = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || ['SCRIPT', 'STYLE', 'TITLE', 'title', 'style'].includes(element.tagName)) continue;
        const style = getComputedStyle(element), front = color(element.closest('svg') ? style.fill : style.color), back = behind(element);
        const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
        const key = JSON.stringify([front, back, large]);
        if (pairs.has(key)) continue;
        pairs.add(key);
        const ratio = contrast(front, back);
        if (ratio < (large ? 3 : 4.5)) problems.push(`${element.tagName} "${element.textContent.slice(0, 30)}" has contrast ${ratio.toFixed(2)}`);
    }
    if (pairs.size < 3) problems.push(`only ${pairs.size} pairs of colors were found`);
}

// What the Tab key visits: in the order of the page, each with an outline that is seen, none left out that can be scrolled or used.
function checkKeyboard() {
    const stops = [...document.querySelectorAll('a[href], input, button, select, textarea, summary, [tabindex]')].filter(e => e.tabIndex >= 0);
    if (stops.some(e => e.tabIndex > 0)) problems.push('an element has a place of its own in the order of the Tab key');
    if (stops[0]?.className !== 'skip') problems.push('the first stop does not skip to the content');
    let last = -Infinity;
    for (const stop of stops) {
        stop.focus({ focusVisible: true });
        const style = getComputedStyle(stop), place = stop.getBoundingClientRect(), name = `${stop.tagName} ${stop.id || stop.textContent.slice(0, 20)}`;
        if (document.activeElement !== stop) problems.push(`${name} takes no focus`);
        if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) problems.push(`${name} shows no focus`);
        else if (contrast(color(style.outlineColor), behind(stop.parentElement)) < 3) problems.push(`${name} shows its focus too faintly`);
        if (place.width === 0 || place.right < 0) problems.push(`${name} has the focus outside of the page`);
        if (stop.className !== 'skip' && place.top + scrollY < last - 1) problems.push(`${name} comes after what stands below it`);
        if (stop.className !== 'skip') last = place.top + scrollY;
        if (!stop.textContent.trim() && !stop.getAttribute('aria-label') && !stop.labels?.length) problems.push(`${name} has no name for screen readers`);
    }
    for (const box of document.querySelectorAll('*'))
        if ((box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) && /auto|scroll/.test(getComputedStyle(box).overflow) && box.tabIndex < 0)
            problems.push(`${box.tagName} ${box.className} scrolls and takes no focus`);
    if (stops.length < 5) problems.push(`only ${stops.length} stops of the Tab key were found`);
}

function probe() {
    checkText();
    checkKeyboard();
    const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    document.title = JSON.stringify({ scheme, rows: document.querySelectorAll('.row').length, problems });
}

// A page without the focus of the window shows none of its own, and a browser gives it some time after it has loaded.
const focused = setInterval(() => {
    if (!document.hasFocus()) return;
    clearInterval(focused);
    probe();
}, 50);
