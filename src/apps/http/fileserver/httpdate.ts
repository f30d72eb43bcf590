// Dates as HTTP writes them (RFC 9110, 5.6.7): one form to send, three to understand.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // Sunday, 06-Nov-94 08:49:37 GMT
  /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // Sun Nov  6 08:49:37 1994
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** Seconds since 1970, or undefined when the text is no HTTP date. */
export function parseHttpDate(text: string): number | undefined {
  for (const form of FORMS) {
    const { day = "", month = "", year = "", time = "" } = form.exec(text)?.groups ?? {};
    const monthIndex = MONTHS.indexOf(month.toLowerCase());
    if (monthIndex < 0) continue;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
    return Date.UTC(fullYear(year), monthIndex, Number(day), hours, minutes, seconds) / 1000;
  }
  return undefined;
}

/** Seconds since 1970 as the one form that is sent. */
export function printHttpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

/** Two digits mean the 1970s to the 2060s, as Go reads them. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year >= 69 ? 1900 + year : 2000 + year;
}
