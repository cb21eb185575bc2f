"""What stopped a command, as one Chinese sentence that says what to do."""

import errno

from warehouse.intake.folder.vanished import VanishedError
from warehouse.system.full_disk import is_full

_WHY = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOENT: "找不到",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名字太长",
    errno.EMFILE: "打开的文件太多",
    errno.ESTALE: "网络磁盘已断开",
}


def sentence(error: Exception) -> str:
    """One sentence about an error of the disk, of a file or of ours."""
    if not isinstance(error, OSError) or isinstance(error, VanishedError):
        return str(error)
    where = f"（{error.filename}）" if error.filename else ""
    if is_full(error):
        return f"磁盘已满，写不下{where}。已发布的版本不受影响；腾出空间后再运行 unionboard refresh。"
    if error.errno is None:
        return str(error)
    why = _WHY.get(error.errno, error.strerror or type(error).__name__)
    return f"读写文件失败：{why}{where}。请检查路径、权限和磁盘；已发布的版本不受影响。"
