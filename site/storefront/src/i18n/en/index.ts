import account from "./account";
import shop from "./shop";

const texts: Record<string, string> = { ...shop, ...account };
export default texts;
