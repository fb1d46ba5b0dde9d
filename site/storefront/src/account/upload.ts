/** Pictures that buyers send: checked here for what the shop would refuse, sent as a form. */
import { api, ask } from "../api/client";
import { t } from "../i18n";

export interface Uploaded {
  /** What the form names. */
  pass: string;
  url: string;
}

const MOST_BYTES = 5 * 1024 * 1024;

/** What is wrong with the file, or nothing. */
export function unfit(file: { type: string; size: number }): string {
  if (!/^image\//.test(file.type)) return t("请选择图片文件");
  return file.size > MOST_BYTES ? t("图片不能超过 5 MB") : "";
}

const form = (name: string, file: File) => ({
  // The document says "binary string"; what travels is the file.
  body: { [name]: file as unknown as string } as never,
  bodySerializer: () => {
    const data = new FormData();
    data.append(name, file);
    return data;
  },
});

export async function uploadRefundPhoto(file: File): Promise<Uploaded> {
  const { photo, url } = await ask(api.POST("/api/v1/refunds/photos/", form("file", file)));
  return { pass: photo, url };
}

export async function uploadReviewPicture(file: File): Promise<Uploaded> {
  const { picture, url } = await ask(api.POST("/api/v1/reviews/pictures/", form("file", file)));
  return { pass: picture, url };
}

export const uploadAvatar = (file: File) => ask(api.POST("/api/v1/user/avatar/", form("avatar", file)));
