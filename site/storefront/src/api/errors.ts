/** What went wrong, in a form that pages can show. */
import { t } from "../i18n";

export interface Problem {
  status: number;
  code: string;
  message: string;
  errors?: { field: string; code: string; message: string }[];
  non_field_errors?: string[];
  params?: Record<string, unknown>;
}

/** The mall refused: `code` is stable, `message` is for people, `fields` says what belongs to which field. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;
  readonly params: Record<string, unknown>;
  /** Seconds to wait, where the mall named them. */
  readonly retryAfter: number | null;

  constructor(problem: Partial<Problem>, status: number, retryAfter: number | null = null) {
    super(problem.message || (status >= 500 ? t("服务器开小差了，请稍后再试") : t("请求没有成功，请重试")));
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? `http.${status}`;
    this.params = problem.params ?? {};
    this.retryAfter = retryAfter;
    this.fields = {};
    for (const one of problem.errors ?? []) this.fields[one.field] ??= one.message;
  }
}

/** Nobody answered: the connection is gone, or the shop is down. */
export class NetworkError extends Error {
  constructor() {
    super(t("网络连接不上，请检查网络后重试"));
    this.name = "NetworkError";
  }
}

/** One sentence about any failure. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError || error instanceof NetworkError) return error.message;
  console.error(error);
  return t("出了点问题，请重试");
}

/** Texts by field for a form; empty for failures that belong to no field. */
export function fieldTexts(error: unknown): Record<string, string> {
  return error instanceof ApiError ? error.fields : {};
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
