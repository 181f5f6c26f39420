/** A table that can be taken along as CSV. */

import { type Cell, csvOf, download, fileName } from "../csv";

export interface Column<Row> {
  readonly head: string;
  /** Its name in the file, when that is another: with the unit, where cells show it. */
  readonly file?: string;
  /** What stands in the file. */
  readonly value: (row: Row) => Cell;
  /** What is shown, when that is something else. */
  readonly show?: (row: Row) => string;
  readonly figure?: boolean;
}

export interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Most rows shown; the file has all. */
  readonly most?: number;
  readonly onPick?: (row: Row) => void;
  readonly picked?: string | null;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey } = props;
  const shown = rows.slice(0, props.most ?? 500);
  const save = () => download(`${fileName(caption)}.csv`, csvOf(columns.map((column) => column.file ?? column.head), rows.map((row) => columns.map((column) => column.value(row)))), "text/csv;charset=utf-8");
  return (
    <div class="data-table">
      <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.head} scope="col" class={column.figure ? "figure" : undefined}>
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)} class={props.picked === rowKey(row) ? "picked" : undefined}>
                {columns.map((column, place) => (
                  <Entry key={column.head} column={column} row={row} {...(place === 0 && props.onPick ? { onPick: props.onPick } : {})} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="under">
        {rows.length > shown.length && <span>The first {shown.length} of {rows.length} rows; the file has all. </span>}
        <button type="button" onClick={save} disabled={rows.length === 0}>
          CSV<span class="unseen"> of {caption}</span>
        </button>
      </p>
    </div>
  );
}

function Entry<Row>(props: { readonly column: Column<Row>; readonly row: Row; readonly onPick?: (row: Row) => void }) {
  const { column, row, onPick } = props;
  const text = column.show ? column.show(row) : String(column.value(row) ?? "–");
  return (
    <td class={column.figure ? "figure" : undefined}>
      {onPick ? (
        <button type="button" class="link" onClick={() => onPick(row)}>
          {text}
        </button>
      ) : (
        text
      )}
    </td>
  );
}
