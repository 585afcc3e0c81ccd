/** The change that the scripted model proposes first, as a person reads it on each platform. It stands here once. */
const patch = `--- src/date.ts
+++ src/date.ts
@@ -1,9 +1,7 @@
 /** The day of an instant, as YYYY-MM-DD. */
 export function formatDay(date: Date): string {
-  const month = String(date.getMonth() + 1).padStart(2, '0');
-  const day = String(date.getDate()).padStart(2, '0');
-  return \`\${date.getFullYear()}-\${month}-\${day}\`;
+  return date.toISOString().slice(0, 10);
 }

 /** Whole days from one instant to another. */
 export function daysBetween(from: Date, to: Date): number {`;

/** How far screens move the lines of a message in: discord, telegram, the page. */
const indents = ['', ' '.repeat(2), ' '.repeat(10)];

/** The screen with `(the patch)` where the whole of it stands, line by line. */
export function withoutPatch(screen: string): string {
  return indents.reduce(
    (text, indent) => text.replace(`\n${movedIn(indent)}\n`, `\n${indent}(the patch)\n`),
    screen,
  );
}

function movedIn(indent: string): string {
  return patch.replace(/^(?=.)/gm, indent);
}
