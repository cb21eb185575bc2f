"""Real files of other programs, small: made by them once, kept as text."""

import base64
import zlib
from pathlib import Path

# An XLSX with a password to open it; what was encrypted is zeros here.
_ENCRYPTED_XLSX = (
    "c-rk(+i%-c96sIJUCLz}8)Ix^3w}bHR$p>yQ#IY3G+EL*S+itb%L{UC$95B6YCB2oF&+>+f_MP&0uOs&8WIxX8N?HUJunU4hXm680iF>nKPO"
    "I?bQj`oNSp8%eL3+tKIc2X-|zEr`^&8ZzhC|4=pSecX3<V`cVjQw)z>!y+|j$(-@W#DcVlCt*S!(qnZn;duYNnBcB6hRy_)X^?(wh3p?wbcJ"
    "n#kJi@<$d3!nqQmw*R>hy43PJUi$;zdQZ*aqIsw@G$Td;1S@fz@xxpz~jKzfG2<_L$5p)xPWx{*eHUsNQ2fy4hn+9Xl(P$AAiU_XK%Oe;8%V"
    "d>9u3XHy6ND<vXedsEbHIi-?1sI($oT{cphFjnp5{F#3C;FMqf@whPUHk`1iD4m@QMSpnid0&l>c_UMrD_m8olXM&;vRnSmy>_<CBg2wOlG5"
    "*;7(HEgLhSom{`rg?w=D+)g(f9s_FdnL3fIQS78^hr^8tKHpyHm^H`LA?5@8w?F;>B)7?%&@aV%x~S=aaMkSQYd*(6Kr(n@9~F|EB-;{0H&h"
    "zrU^Vk8H-jcN_Y<;CVMeO9hpnXAkPUdxGcR^Xd)sp!262bC3$00R0{Q-@!r7pQ~f&slW`d2yycr7g)d=<Y5A3I+^gCuR!aaQ4<e5DSQ6|jBH"
    "bXk3U!LTO%^Wdx3fa&u+gywasT?$)E3?r<YL<K1oEQD6|B8pGI+%fVFb)D+a&FPG1^!HU}f#C=LB2WSfK@0!_j`y!)=8Qh>S)yVr-+YV<MuG"
    "YTK?ESovAt~Meq(X<p@OJU>$fki}(*9AqBQrN|6?(`HEv20EgxQ4EYDa;Wq?9A-=4BTWoh7GeKu!3f#Fxj?^X&kqBSyVY|LRENExAdAl!Rso"
    "n*J=tc;uJw7@Ox9S?%Zi3!0fu{WV;LKCT?(+)z(d+w-CSGg?Q1l6&T}e5t|*40A^r(j<dOl#Wn1T;zI0X0*kCPbiRJ?5^hQ>HbhUw;Y#K#xj"
    "UAKVVzYr!7GL=nsh_bO~sbg6h>z&nBSX`IYsLvy!Wf93t}dn>8{u}sgkGTB!zYM#Bz-$DAlRTvaC2{t1iZt@=<Z6v6x&gr&3r1_X80iih^c~"
    "5-j3G{OpTDUgh`&(Me%RCXsWZs*zqRRn>xAmsU=-xJle*);YIePBC0GE|%<MVu{VJSE@{oNaWK7wJcm%sl;-w*3J?FUYO4$*-M<<P!@G2F14"
    "Muw}SyKf4}GQ^2I9Sx~#;SwYteTW-c>Vp325JO_Dijz7@}wDk`sL6=BsWPp%azZ7T1mO)9sXqgt1$>ukEgl+TGu&5Xb47OgT)kyBECy#0l>W"
    ";e?)&>v}<%43^ucA&&F#`I>qkk^Q1C|X8uYBo59@PGxd(x7>^V8CWi)>)6#?Q@+wS+$qU<U%HwU9+-urPeg*3_VbDRy5&>63sja6*Qv>d9Vo"
    "b)T+!b>TVUEo43~ZICoL<YWGOl2d?Pv1DA@+WV>97<79er(WR*pNw?`a#w};k=aY)OzP2oj^(srTn!^;^3AQY-tE;7jqD!2Q3Nba`GW5oZA{"
    "Ff-!-~y#+jXPm!8o9nzL;H-k_$F%Wn3r66^ikM-H?>LUK5vAG6caDGqvh@E!q%dQom=%jx`1h<l7YA;?tSFgK>5og$NNMM2HX}LWBqrB1DJ~"
    "Awq-*5h6s0|0BMaKKbGL@zf3M&h)SQ?)>x>apdcF-v8p$o1cGn`x^T#;tl%bLHoxK^*=xU>*r(a<(qF^8$I;p2ihBN7p{L7d-wI5?|sA^7`;"
    "VHVJ4qV`~xA9GD!"
)

# Excel 97–2003.
_OLD_XLS = (
    "c-p&gUhu)fjZzO8(10BSGsD0CoD6J8VvIn{3F8Pb0OkMx2QgtZ2N3@s1w#sOasVTejg?_H?-_Pb9D?HeAp;Y`29|?Bl7Zn75XUeSF!<%?r7F"
    "-7IDy@e$Ov+SEs$hnm;)5yV~_;9N(f9QgGpg9xgM-?514cSi}Zp?TcFwpj8P2d?ftYYps6^5NeL{+#{e>SJ6O*xu!tdpD8mU*Dz2Zv2vN(*;"
    "8>KIm@_yf<XCtZmM{S0%{?_QwJ0&?0fPuI0+%p+{jb2l@CBAr4=9X^(^s640Vw_hRh%7*_+%y)28ITP{|Vp(-U=*S*E2&RIPnhyKe)UFVW1>"
    "q`CmUSQ1J`St^z38l^2|hd4OaJP!otP2u{obzykTt%8!?PlLGAH!6FUdA{t_-D#&hz{|t>F9YD=|a2W`x1=gVrCY!*fN`u)_U{VB_1c9_#fG"
    "CvV)(lqD0+v+++G7j`m+jS&*cw1~>+8TBa;=Z;HG%AP?hmU()?K$>$e;xDdkRoL2sSh5FzPVQnh63s?O`+{G}GS&lad$(00)x*)b0PFwG}_Z"
    "Uj{BPQxH<6F$pnj11SX-5D37<FbYP&C>RB!U=)mkQ7{Td!H5Bn{sjXAsNVtV5U@f!73|P)oxec*Z*-Vs*n%L2d>||Vc1&Fv@_=*^LnTS+M~s"
    "1$5oQ)6k$Pa`g&+_Pw7rNSn;{A8j%<?CFR)X{i0mJtH40EK3z2I7KT_ODWBUQmnYUB"
)

_OPEN_DOCUMENT = (
    "c-jl_W@Zs#0D<G%Dq~x7EW7l8Y!K!E;@r&K)RM}A)Wm{<oXq6JlFa-({j$6iz5K-D%woO#g4Dc}{N&Qy)VvbC;)0^o#FXNU)YOsysF@sKGiC"
    "Sb$8Q4iUNJH-Z~^J!lFFRaV!evooZg9!d`$)duHWZ1m0T9pSm(o>`keC%!&aVUoO7kDB=+o8xY8iKJLlQ{e<x=zlFFHFv+(n=#FL-j91wPRo"
    "7Mb%QoR22FGsX@YR6ob;9XR<YkR|#s;aFICJVahKTACMi?22KUPa@nCh;Y$)eLMNYc40PN#gc52+*-jy}pJuXycnHcfYKPmfrhKeNSdshSZ0"
    "Pv)ljtIi93ABfYXL#VBLm+jsl(uTI|F)f2bpbkhIwPsLh4*-(9^dHz@Ic_2@PiGhI|NGIp#m4Jc*?6reHukp0Kw`0B8D!gdk8K#QQoL?AUY3"
    "yp*+9tL*U%x}b)8yf%wJ-l~t^b$0yL!c9X|qQ&KUM6FIVw2m@uka_{r&B=n|jNSDm`BHi7)r$I$n=i7HV(btyt{&=E7Ou+Y?d+^rtB-h$x-5"
    "-a|Qc|J7}`Q}6A06#M+r-fy#cR~SrxyLIy3f>r6a>pInEH`cTo-Tt{kK5b91#A5T;PmhTtpSz&N9`Ii1qI>V8IxBTO`T0)kc%3xGU351cy#K"
    "nVtvp}NJi*H9uj`V@GhfcP*PDmx@5__#S3d{xJ~Ba5Noq+V*wd5tt~+GF<5oUz(W^_H)0EgmmL@u`F*tDG#q3=IomLv0_4)q6E2hL5rkt~!z"
    "qaPt>hx;QcNuFgg`}q1ofcAAneDn<%leJ^<<xCL!s}+cd8TZgwq5L`Z*<9o60OK@m8&kzR$O*a>oiBymNTBq)_XJ`a++1zd};mr4=<B)&$q3"
    "MSHAZ3O@`i|*hSahJ-nEraCJfNy_yGyc`Dh2WiK3F7%N?I<kY;kQoLVRJKkn|Q1fx3;X>iG$nRbMPs#neaX(q&oWAboO0Bl&&$XQQwwF0MG5"
    "bkxjLk1QzUYj2<;m{){5=vgkFK9BnvWV76?R#B1%OHWKQjY^C{WbbHN;WZ)6Y#mH!&|WEwvb&9M(?u%{pu#(E8oB_2V(^+i%x(SloQd@|JPg"
    "r5$1~_%r7m+rC~!XiWf@R!RDk?|Z*X^ztoV9d?$rcEUBEyQe?gG0oT^da1_m?(f?>>)-kvU*627oX&IPoxJZ8pM<h`s>fHx?oAYH;yKfB>_C"
    "U{>kAyG!+YBzR;C#)-TSd6eAUv)+fq!0u59xBJ%L+()vhuzdzJfb0dwo-$2~kK{^2THWXz>Qhr@N}Z24&AeW#KqkYP&R-b>3;yw*EJ|JB%Ra"
    "rt=d^0bv3`la@p{=T^?<bA`mm9n@0Ml7Ci;qtR2C5z=M=WCC33p)GBpSqxU<dVXnCXcrf^Jhf2DTe)1wOadVM&18|Q=*+$UjDyp+0k`dWa@1"
    "mJvI;UW@Hj!#$E2fz>-D=q*4f>3wz0e&=rDG&Y<f<&$kGDdW<N!7+oWJ!bfOSV?tyDbY18v1fk2A8Ao~v@MdKLDPaXd1)$b477z~rSvgZ9"
)

# Packed by Info-ZIP with a password: a.csv.
_ZIP_WITH_PASSWORD = (
    "c-jl_W@h1H;ACK6IJd1bw&UBwIl@3TI}o!n$S@@8B^Q^4hHx@4tE97MgK%jDHv=OJP?`ZuWbl7oH?`r*y_(i1${Ou5f0E*g1H9Qekj)A3W@M"
    "6M#$|^D$P@-fAYRf4VnJ<Wh1iH@TYxt!8$>xHgEx>)0&4~UXs;&r"
)


def encrypted_xlsx(path: Path) -> Path:
    """A workbook with a password."""
    return _write(path, _ENCRYPTED_XLSX)


def old_xls(path: Path) -> Path:
    """A workbook of Excel 97–2003."""
    return _write(path, _OLD_XLS)


def open_document(path: Path) -> Path:
    """A sheet as LibreOffice keeps it."""
    return _write(path, _OPEN_DOCUMENT)


def zip_with_password(path: Path) -> Path:
    """A ZIP whose one file, a.csv, has a password."""
    return _write(path, _ZIP_WITH_PASSWORD)


def _write(path: Path, packed: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.decompress(base64.b85decode(packed)))
    return path
