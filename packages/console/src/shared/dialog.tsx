import { Modal, type ModalProps } from "@mantine/core";
import { UnreachableIsSaid } from "./unreachable.ts";
import { useFocusBack } from "./use-focus-back.ts";

/** A window before the page, there as long as it is rendered; when it goes, one stands where one stood before. */
export function Dialog(props: ModalProps) {
  useFocusBack();
  return (
    <Modal {...props} returnFocus={false}>
      {/* (what the page says lies behind the window) */}
      <UnreachableIsSaid value={false}>{props.children}</UnreachableIsSaid>
    </Modal>
  );
}
